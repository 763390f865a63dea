/* SAM on the banana (1 - xy)^2 by hand: a block of starts stays in the first-level cache through all its steps. */
#include <math.h>

enum { BLOCK = 256 };

void sam(const double *x0, const double *y0, double learning_rate, double rho, long steps, double *final_x,
         double *final_y, long count)
{
    double x[BLOCK], y[BLOCK];
    for (long start = 0; start < count; start += BLOCK) {
        long size = count - start < BLOCK ? count - start : BLOCK;
        for (long i = 0; i < size; i++) {
            x[i] = x0[start + i];
            y[i] = y0[start + i];
        }
        for (long step = 0; step < steps; step++)
            for (long i = 0; i < size; i++) {
                double slope = 2.0 * (x[i] * y[i] - 1.0), gx = slope * y[i], gy = slope * x[i];
                double scale = rho / sqrt(gx * gx + gy * gy + 2.2250738585072014e-308);
                double px = x[i] + scale * gx, py = y[i] + scale * gy;
                slope = 2.0 * (px * py - 1.0);
                x[i] -= learning_rate * slope * py;
                y[i] -= learning_rate * slope * px;
            }
        for (long i = 0; i < size; i++) {
            final_x[start + i] = x[i];
            final_y[start + i] = y[i];
        }
    }
}
