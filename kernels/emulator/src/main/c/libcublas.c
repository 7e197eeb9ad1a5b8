/*
 * libcublas.so.12 of the emulator: every function JCublas2 links to, handed to Java by way of libcuda.so.1, to which this
 * library is linked. The real one has symbol versions; libcublas.map gives this one the same.
 */
#define LIBRARY LIBRARY_CUBLAS
#define FUNCTIONS "cublas_functions.def"
#include "forwarding.h"

/* String[] cublasFunctionNames() */
JNIEXPORT jobjectArray Java_org_ttdengine_emulator_driver_NativeShim_cublasFunctionNames(JNIEnv *env, jclass type) {
    (void) type;
    return emulator_names(env, names, FUNCTION_COUNT);
}
