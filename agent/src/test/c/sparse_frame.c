/*
 * Built as a shared library: a function whose frame has so many bytes, of which it touches the lowest alone, as a codec
 * or a BLAS kernel with a large local array may do. Returns that byte's address.
 */
unsigned long sparse_frame(unsigned long bytes)
{
    volatile char large[bytes];
    large[0] = 1;
    return (unsigned long)large;
}
