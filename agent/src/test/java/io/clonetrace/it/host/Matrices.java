package io.clonetrace.it.host;

import java.util.Random;
import java.util.Scanner;
import org.ejml.concurrency.EjmlConcurrency;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_MT_DDRM;
import org.ejml.dense.row.RandomMatrices_DDRM;

/** For each line of stdin: EJML makes itself a new fork-join pool and multiplies matrices in it. */
public final class Matrices {
    private static final int SIZE = 311;
    private static final int WORKERS = 13;

    private Matrices() {}

    /** Prints {@code round N: SUM}, where SUM is exact to the last bit. */
    public static void main(String[] arguments) {
        System.out.println("ready");
        Scanner input = new Scanner(System.in);
        while (input.hasNextInt()) {
            int round = input.nextInt();
            EjmlConcurrency.setMaxThreads(WORKERS);
            Random random = new Random(SIZE);
            DMatrixRMaj one = RandomMatrices_DDRM.rectangle(SIZE, SIZE, random);
            DMatrixRMaj other = RandomMatrices_DDRM.rectangle(SIZE, SIZE, random);
            DMatrixRMaj product = new DMatrixRMaj(SIZE, SIZE);
            CommonOps_MT_DDRM.mult(one, other, product);
            CommonOps_MT_DDRM.transpose(product, one);
            CommonOps_MT_DDRM.mult(one, other, product);
            long bits = 0;
            for (double value : product.data) {
                bits = bits * 31 + Double.doubleToRawLongBits(value);
            }
            System.out.println("round " + round + ": " + Long.toHexString(bits));
        }
    }
}
