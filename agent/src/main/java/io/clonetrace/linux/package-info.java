/**
 * What every package of the kernel's interface shares: errno values, the exception that a failed call becomes, the
 * processors that are known, and the folder for temporary files. Above {@code linux} no code sees an errno or a raw
 * pointer.
 */
package io.clonetrace.linux;
