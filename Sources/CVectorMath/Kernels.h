#ifndef BOREL_KERNELS_H
#define BOREL_KERNELS_H
#include "CVectorMath.h"

// Each one writes the kernels that its file knows into the table, and leaves the others as they are.
void borel_install_accelerate(struct borel_kernels *table);
void borel_install_libmvec_avx2(struct borel_kernels *table);
void borel_install_libmvec_avx512(struct borel_kernels *table);
void borel_install_random_baseline(struct borel_kernels *table);
void borel_install_random_avx2(struct borel_kernels *table);
void borel_install_random_avx512(struct borel_kernels *table);
void borel_install_grid_baseline(struct borel_kernels *table);
void borel_install_grid_avx2(struct borel_kernels *table);
void borel_install_pairs_baseline(struct borel_kernels *table);
void borel_install_pairs_avx2(struct borel_kernels *table);
void borel_install_pairs_avx512(struct borel_kernels *table);
#endif
