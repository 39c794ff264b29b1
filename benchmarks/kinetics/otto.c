/* Esketamine and norketamine of BATCH people for deSolve: amounts in mg, hours.
 *
 * State 0 is the infusion rate [mg/h/kg], set by events; then five amounts for each
 * person. Parameters: weight, V1, CL, VN and CLN of each person.
 */
#include <R.h>

#ifndef BATCH
#define BATCH 1
#endif

static double own[5 * BATCH];

static const double Q1 = 23.2, VP1 = 187.0, Q2 = 157.0, VP2 = 98.8;
static const double QN = 42.778, VPN = 160.04;

void otto_start(void (*fill)(int *, double *))
{
    int n = 5 * BATCH;
    fill(&n, own);
}

void otto_slopes(int *n, double *t, double *y, double *slope, double *out, int *ip)
{
    slope[0] = 0.0;
    for (int i = 0; i < BATCH; i++) {
        const double *p = own + 5 * i, *x = y + 1 + 5 * i;
        double *d = slope + 1 + 5 * i;
        double a = x[0] / p[1], c = x[3] / p[3];
        double to_p1 = Q1 * (a - x[1] / VP1), to_p2 = Q2 * (a - x[2] / VP2);
        double to_m = QN * (c - x[4] / VPN);
        d[0] = y[0] * p[0] - p[2] * a - to_p1 - to_p2;
        d[1] = to_p1;
        d[2] = to_p2;
        d[3] = p[2] * a - p[4] * c - to_m;
        d[4] = to_m;
    }
}
