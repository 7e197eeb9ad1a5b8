/*
 * libcuda.so.1 of the emulator: every function JCuda links to, each handing its arguments as 64-bit integers to one Java
 * method, Dispatcher.dispatch(int function, long[] arguments), which returns the CUresult. All behaviour is in Java.
 *
 * It is loaded by System.load before JCuda's natives, whose dependency "libcuda.so.1" the dynamic linker then finds
 * satisfied by the soname of this library.
 */
#include <stdlib.h>
#include <string.h>

#include "array_copies.h"

#define LIBRARY LIBRARY_CUDA
#define FUNCTIONS "cuda_functions.def"
#include "forwarding.h"

/* Statuses this file must know; the rest of them come from Java. */
static const struct {
    int not_initialized;
    int unknown;
} statuses[LIBRARIES] = {{3, 999}, {1, 14}};

static JavaVM *machine;
static jobject dispatchers[LIBRARIES]; /* global references, set by bind */
static jmethodID dispatch_method;

/* Environment of the calling thread; threads that Java does not know are attached and stay so. */
static JNIEnv *environment(void) {
    JNIEnv *env = NULL;
    if ((*machine)->GetEnv(machine, (void **) &env, JNI_VERSION_1_8) == JNI_EDETACHED) {
        (*machine)->AttachCurrentThreadAsDaemon(machine, (void **) &env, NULL);
    }
    return env;
}

int emulator_dispatch(enum library library, int function, int count, const jlong *arguments) {
    if (dispatchers[library] == NULL) {
        return statuses[library].not_initialized;
    }
    JNIEnv *env = environment();
    if (env == NULL) {
        return statuses[library].unknown;
    }
    jlongArray array = (*env)->NewLongArray(env, count);
    if (array == NULL) {
        return statuses[library].unknown; /* OutOfMemoryError is pending and reaches the caller of JCuda */
    }
    (*env)->SetLongArrayRegion(env, array, 0, count, arguments);
    jint result = (*env)->CallIntMethod(env, dispatchers[library], dispatch_method, (jint) function, array);
    if ((*env)->ExceptionCheck(env)) {
        return statuses[library].unknown; /* an Error, not for the driver to swallow: it reaches the caller of JCuda */
    }
    (*env)->DeleteLocalRef(env, array);
    return result;
}

jobjectArray emulator_names(JNIEnv *env, const char *const *list, int count) {
    jclass string = (*env)->FindClass(env, "java/lang/String");
    jobjectArray result = string == NULL ? NULL : (*env)->NewObjectArray(env, count, string, NULL);
    for (int i = 0; result != NULL && i < count; i++) {
        jstring name = (*env)->NewStringUTF(env, list[i]);
        if (name == NULL) {
            return NULL;
        }
        (*env)->SetObjectArrayElement(env, result, i, name);
        (*env)->DeleteLocalRef(env, name);
    }
    return result;
}

/* ---- Natives of org.ttdengine.emulator.driver.NativeShim ---- */

JNIEXPORT jint JNI_OnLoad(JavaVM *vm, void *reserved) {
    (void) reserved;
    machine = vm;
    return copy_arrays_for_jcuda(vm) == JNI_OK ? JNI_VERSION_1_8 : JNI_ERR;
}

/* String[] functionNames() */
JNIEXPORT jobjectArray Java_org_ttdengine_emulator_driver_NativeShim_functionNames(JNIEnv *env, jclass type) {
    (void) type;
    return emulator_names(env, names, FUNCTION_COUNT);
}

/* void bind(int library, Dispatcher) */
JNIEXPORT void Java_org_ttdengine_emulator_driver_NativeShim_bind(
        JNIEnv *env, jclass type, jint library, jobject target) {
    (void) type;
    jclass target_class = (*env)->GetObjectClass(env, target);
    dispatch_method = (*env)->GetMethodID(env, target_class, "dispatch", "(I[J)I");
    if (dispatch_method != NULL) {
        dispatchers[library] = (*env)->NewGlobalRef(env, target);
    }
}

/* ByteBuffer view(long address, long bytes): host memory as it is, without owning it */
JNIEXPORT jobject Java_org_ttdengine_emulator_driver_NativeShim_view(
        JNIEnv *env, jclass type, jlong address, jlong bytes) {
    (void) type;
    return (*env)->NewDirectByteBuffer(env, (void *) (intptr_t) address, bytes);
}

/* long length(long address): bytes before the terminating zero of a C string */
JNIEXPORT jlong Java_org_ttdengine_emulator_driver_NativeShim_length(JNIEnv *env, jclass type, jlong address) {
    (void) env;
    (void) type;
    return (jlong) strlen((const char *) (intptr_t) address);
}

/* long allocate(long bytes): zeroed, aligned to a page as pinned memory is; 0 if there is none */
JNIEXPORT jlong Java_org_ttdengine_emulator_driver_NativeShim_allocate(JNIEnv *env, jclass type, jlong bytes) {
    (void) env;
    (void) type;
    void *memory = NULL;
    if (posix_memalign(&memory, 4096, (size_t) bytes) != 0) {
        return 0;
    }
    memset(memory, 0, (size_t) bytes);
    return (jlong) (intptr_t) memory;
}

/* void free(long address) */
JNIEXPORT void Java_org_ttdengine_emulator_driver_NativeShim_free(JNIEnv *env, jclass type, jlong address) {
    (void) env;
    (void) type;
    free((void *) (intptr_t) address);
}
