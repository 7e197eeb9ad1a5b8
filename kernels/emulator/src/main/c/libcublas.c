/*
 * libcublas.so.12 of the emulator: every function JCublas2 links to, handed to Java by way of libcuda.so.1, to which this
 * library is linked. The real one has symbol versions; libcublas.map gives this one the same.
 */
#define LIBRARY LIBRARY_CUBLAS
#define FUNCTIONS "cublas_functions.def"
#include "forwarding.h"

/* Its own, or else the JVM finds that of libcuda.so.1 here and runs it a second time. */
JNIEXPORT jint JNI_OnLoad(JavaVM *vm, void *reserved) {
    (void) vm;
    (void) reserved;
    return JNI_VERSION_1_8;
}

/* String[] cublasFunctionNames() */
JNIEXPORT jobjectArray Java_org_ttdengine_emulator_driver_NativeShim_cublasFunctionNames(JNIEnv *env, jclass type) {
    (void) type;
    return emulator_names(env, names, FUNCTION_COUNT);
}
