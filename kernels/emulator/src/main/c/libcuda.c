/*
 * libcuda.so.1 of the emulator: every function JCuda links to, each handing its arguments as 64-bit integers to one Java
 * method, Dispatcher.dispatch(int function, long[] arguments), which returns the CUresult. All behaviour is in Java.
 *
 * It is loaded by System.load before JCuda's natives, whose dependency "libcuda.so.1" the dynamic linker then finds
 * satisfied by the soname of this library.
 */
#include <jni.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "array_copies.h"

typedef void *ptr;
typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef int32_t i32;
typedef uint64_t u64;

/* CUresult values this file must know; the rest of them come from Java. */
enum { NOT_INITIALIZED = 3, UNKNOWN = 999 };

enum function {
#define CALL(name) FUNCTION_##name,
#define CALL0(name) CALL(name)
#define CALL1(name, ...) CALL(name)
#define CALL2(name, ...) CALL(name)
#define CALL3(name, ...) CALL(name)
#define CALL4(name, ...) CALL(name)
#define CALL5(name, ...) CALL(name)
#define CALL11(name, ...) CALL(name)
#define UNSUPPORTED(name) CALL(name)
#include "cuda_functions.def"
#undef CALL
#undef UNSUPPORTED
    FUNCTIONS
};

/* Names in the order of enum function; unsupported ones carry a leading '-'. */
static const char *const names[] = {
#define CALL(name) #name,
#define UNSUPPORTED(name) "-" #name,
#include "cuda_functions.def"
#undef CALL
#undef UNSUPPORTED
};
#undef CALL0
#undef CALL1
#undef CALL2
#undef CALL3
#undef CALL4
#undef CALL5
#undef CALL11

static JavaVM *machine;
static jobject dispatcher; /* global reference, set by bind */
static jmethodID dispatch_method;

/* Environment of the calling thread; threads that Java does not know are attached and stay so. */
static JNIEnv *environment(void) {
    JNIEnv *env = NULL;
    if ((*machine)->GetEnv(machine, (void **) &env, JNI_VERSION_1_8) == JNI_EDETACHED) {
        (*machine)->AttachCurrentThreadAsDaemon(machine, (void **) &env, NULL);
    }
    return env;
}

static int dispatch(enum function function, int count, const jlong *arguments) {
    if (dispatcher == NULL) {
        return NOT_INITIALIZED;
    }
    JNIEnv *env = environment();
    if (env == NULL) {
        return UNKNOWN;
    }
    jlongArray array = (*env)->NewLongArray(env, count);
    if (array == NULL) {
        return UNKNOWN; /* OutOfMemoryError is pending and reaches the caller of JCuda */
    }
    (*env)->SetLongArrayRegion(env, array, 0, count, arguments);
    jint result = (*env)->CallIntMethod(env, dispatcher, dispatch_method, (jint) function, array);
    if ((*env)->ExceptionCheck(env)) {
        return UNKNOWN; /* an Error, which is not for the driver to swallow: it reaches the caller of JCuda */
    }
    (*env)->DeleteLocalRef(env, array);
    return result;
}

#define FORWARD(name, count, ...) return dispatch(FUNCTION_##name, count, (const jlong[]){__VA_ARGS__})
#define CALL0(name) \
    JNIEXPORT int name(void) { FORWARD(name, 0, 0); }
#define CALL1(name, A) \
    JNIEXPORT int name(A a) { FORWARD(name, 1, (jlong) a); }
#define CALL2(name, A, B) \
    JNIEXPORT int name(A a, B b) { FORWARD(name, 2, (jlong) a, (jlong) b); }
#define CALL3(name, A, B, C) \
    JNIEXPORT int name(A a, B b, C c) { FORWARD(name, 3, (jlong) a, (jlong) b, (jlong) c); }
#define CALL4(name, A, B, C, D) \
    JNIEXPORT int name(A a, B b, C c, D d) { FORWARD(name, 4, (jlong) a, (jlong) b, (jlong) c, (jlong) d); }
#define CALL5(name, A, B, C, D, E) \
    JNIEXPORT int name(A a, B b, C c, D d, E e) { \
        FORWARD(name, 5, (jlong) a, (jlong) b, (jlong) c, (jlong) d, (jlong) e); \
    }
#define CALL11(name, A, B, C, D, E, F, G, H, I, J, K) \
    JNIEXPORT int name(A a, B b, C c, D d, E e, F f, G g, H h, I i, J j, K k) { \
        FORWARD(name, 11, (jlong) a, (jlong) b, (jlong) c, (jlong) d, (jlong) e, (jlong) f, (jlong) g, (jlong) h, \
                (jlong) i, (jlong) j, (jlong) k); \
    }
#define UNSUPPORTED(name) \
    JNIEXPORT int name(void) { FORWARD(name, 0, 0); }
#include "cuda_functions.def"

/* ---- Natives of org.ttdengine.emulator.driver.NativeShim ---- */

JNIEXPORT jint JNI_OnLoad(JavaVM *vm, void *reserved) {
    (void) reserved;
    machine = vm;
    return copy_arrays_for_jcuda(vm) == JNI_OK ? JNI_VERSION_1_8 : JNI_ERR;
}

/* String[] functionNames() */
JNIEXPORT jobjectArray Java_org_ttdengine_emulator_driver_NativeShim_functionNames(JNIEnv *env, jclass type) {
    (void) type;
    jclass string = (*env)->FindClass(env, "java/lang/String");
    jobjectArray result = string == NULL ? NULL : (*env)->NewObjectArray(env, FUNCTIONS, string, NULL);
    for (int i = 0; result != NULL && i < FUNCTIONS; i++) {
        jstring name = (*env)->NewStringUTF(env, names[i]);
        if (name == NULL) {
            return NULL;
        }
        (*env)->SetObjectArrayElement(env, result, i, name);
        (*env)->DeleteLocalRef(env, name);
    }
    return result;
}

/* void bind(Dispatcher) */
JNIEXPORT void Java_org_ttdengine_emulator_driver_NativeShim_bind(JNIEnv *env, jclass type, jobject target) {
    (void) type;
    jclass target_class = (*env)->GetObjectClass(env, target);
    dispatch_method = (*env)->GetMethodID(env, target_class, "dispatch", "(I[J)I");
    if (dispatch_method != NULL) {
        dispatcher = (*env)->NewGlobalRef(env, target);
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
