#ifndef COPENBLAS_SHIM_H
#define COPENBLAS_SHIM_H
#include <cblas.h>

// LAPACK's Fortran entry points that OpenBLAS exports. Declared here because not every distribution of OpenBLAS
// installs lapacke.h beside cblas.h. All arguments by reference; matrices are column-major.
void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info);
void dpotri_(const char *uplo, const int *n, double *a, const int *lda, int *info);
void dgeqrf_(const int *m, const int *n, double *a, const int *lda, double *tau, double *work,
             const int *lwork, int *info);
void dorgqr_(const int *m, const int *n, const int *k, double *a, const int *lda, const double *tau,
             double *work, const int *lwork, int *info);
void dormqr_(const char *side, const char *trans, const int *m, const int *n, const int *k,
             const double *a, const int *lda, const double *tau, double *c, const int *ldc, double *work,
             const int *lwork, int *info);
void dsyevd_(const char *jobz, const char *uplo, const int *n, double *a, const int *lda, double *w,
             double *work, const int *lwork, int *iwork, const int *liwork, int *info);
void dsygvd_(const int *itype, const char *jobz, const char *uplo, const int *n, double *a, const int *lda,
             double *b, const int *ldb, double *w, double *work, const int *lwork, int *iwork,
             const int *liwork, int *info);
void dgesdd_(const char *jobz, const int *m, const int *n, double *a, const int *lda, double *s, double *u,
             const int *ldu, double *vt, const int *ldvt, double *work, const int *lwork, int *iwork,
             int *info);
void dgebrd_(const int *m, const int *n, double *a, const int *lda, double *d, double *e, double *tauq,
             double *taup, double *work, const int *lwork, int *info);
void dormbr_(const char *vect, const char *side, const char *trans, const int *m, const int *n, const int *k,
             const double *a, const int *lda, const double *tau, double *c, const int *ldc, double *work,
             const int *lwork, int *info);
void dbdsqr_(const char *uplo, const int *n, const int *ncvt, const int *nru, const int *ncc, double *d,
             double *e, double *vt, const int *ldvt, double *u, const int *ldu, double *c, const int *ldc,
             double *work, int *info);
// Complex numbers as pairs of doubles.
void zgees_(const char *jobvs, const char *sort, const void *select, const int *n, double *a, const int *lda,
            int *sdim, double *w, double *vs, const int *ldvs, double *work, const int *lwork, double *rwork,
            int *bwork, int *info);
void ztrsyl_(const char *trana, const char *tranb, const int *isgn, const int *m, const int *n,
             const double *a, const int *lda, const double *b, const int *ldb, double *c, const int *ldc,
             double *scale, int *info);
#endif
