#define _GNU_SOURCE
#include "array_copies.h"

#include <dlfcn.h>
#include <jvmti.h>
#include <stdlib.h>
#include <string.h>

typedef void *(JNICALL *get_critical)(JNIEnv *, jarray, jboolean *);
typedef void (JNICALL *release_critical)(JNIEnv *, jarray, void *, jint);

static get_critical original_get;
static release_critical original_release;

enum { KINDS = 8 };
static const struct {
    const char *class_name;
    size_t size;
} kinds[KINDS] = {{"[F", 4}, {"[I", 4}, {"[B", 1}, {"[J", 8}, {"[D", 8}, {"[S", 2}, {"[C", 2}, {"[Z", 1}};
static jclass classes[KINDS]; /* global references, in the order of kinds */

/* Whether the code at this address belongs to a native library of JCuda (libJCudaDriver, libJCublas2, ...). */
static int belongs_to_jcuda(const void *code) {
    Dl_info info;
    return dladdr(code, &info) != 0 && info.dli_fname != NULL && strstr(info.dli_fname, "libJCu") != NULL;
}

static int kind_of(JNIEnv *env, jarray array) {
    for (int kind = 0; kind < KINDS; kind++) {
        if ((*env)->IsInstanceOf(env, array, classes[kind])) {
            return kind;
        }
    }
    return -1;
}

/* The region functions of all primitive types differ only in the type of the pointer. */
static void read_region(JNIEnv *env, jarray array, int kind, jsize length, void *to) {
    switch (kind) {
        case 0: (*env)->GetFloatArrayRegion(env, array, 0, length, to); break;
        case 1: (*env)->GetIntArrayRegion(env, array, 0, length, to); break;
        case 2: (*env)->GetByteArrayRegion(env, array, 0, length, to); break;
        case 3: (*env)->GetLongArrayRegion(env, array, 0, length, to); break;
        case 4: (*env)->GetDoubleArrayRegion(env, array, 0, length, to); break;
        case 5: (*env)->GetShortArrayRegion(env, array, 0, length, to); break;
        case 6: (*env)->GetCharArrayRegion(env, array, 0, length, to); break;
        default: (*env)->GetBooleanArrayRegion(env, array, 0, length, to); break;
    }
}

static void write_region(JNIEnv *env, jarray array, int kind, jsize length, const void *from) {
    switch (kind) {
        case 0: (*env)->SetFloatArrayRegion(env, array, 0, length, from); break;
        case 1: (*env)->SetIntArrayRegion(env, array, 0, length, from); break;
        case 2: (*env)->SetByteArrayRegion(env, array, 0, length, from); break;
        case 3: (*env)->SetLongArrayRegion(env, array, 0, length, from); break;
        case 4: (*env)->SetDoubleArrayRegion(env, array, 0, length, from); break;
        case 5: (*env)->SetShortArrayRegion(env, array, 0, length, from); break;
        case 6: (*env)->SetCharArrayRegion(env, array, 0, length, from); break;
        default: (*env)->SetBooleanArrayRegion(env, array, 0, length, from); break;
    }
}

static void *JNICALL get_copy(JNIEnv *env, jarray array, jboolean *is_copy) {
    int kind = belongs_to_jcuda(__builtin_return_address(0)) ? kind_of(env, array) : -1;
    if (kind < 0) {
        return original_get(env, array, is_copy);
    }
    jsize length = (*env)->GetArrayLength(env, array);
    void *copy = malloc(kinds[kind].size * (size_t) length + 1);
    if (copy != NULL) {
        read_region(env, array, kind, length, copy);
        if (is_copy != NULL) {
            *is_copy = JNI_TRUE;
        }
    }
    return copy;
}

static void JNICALL release_copy(JNIEnv *env, jarray array, void *copy, jint mode) {
    int kind = belongs_to_jcuda(__builtin_return_address(0)) ? kind_of(env, array) : -1;
    if (kind < 0) {
        original_release(env, array, copy, mode);
        return;
    }
    if (mode != JNI_ABORT) {
        jthrowable pending = (*env)->ExceptionOccurred(env); /* the region functions must not see it */
        (*env)->ExceptionClear(env);
        write_region(env, array, kind, (*env)->GetArrayLength(env, array), copy);
        if (pending != NULL) {
            (*env)->Throw(env, pending);
        }
    }
    if (mode != JNI_COMMIT) {
        free(copy);
    }
}

int copy_arrays_for_jcuda(JavaVM *vm) {
    JNIEnv *env;
    jvmtiEnv *tools;
    if ((*vm)->GetEnv(vm, (void **) &env, JNI_VERSION_1_8) != JNI_OK
            || (*vm)->GetEnv(vm, (void **) &tools, JVMTI_VERSION_1_2) != JNI_OK) {
        return JNI_ERR;
    }
    for (int kind = 0; kind < KINDS; kind++) {
        jclass found = (*env)->FindClass(env, kinds[kind].class_name);
        classes[kind] = found == NULL ? NULL : (*env)->NewGlobalRef(env, found);
        if (classes[kind] == NULL) {
            return JNI_ERR;
        }
    }
    jniNativeInterface *table;
    if ((*tools)->GetJNIFunctionTable(tools, &table) != JVMTI_ERROR_NONE) {
        return JNI_ERR;
    }
    original_get = table->GetPrimitiveArrayCritical;
    original_release = table->ReleasePrimitiveArrayCritical;
    table->GetPrimitiveArrayCritical = get_copy;
    table->ReleasePrimitiveArrayCritical = release_copy;
    jvmtiError changed = (*tools)->SetJNIFunctionTable(tools, table);
    (*tools)->Deallocate(tools, (unsigned char *) table);
    return changed == JVMTI_ERROR_NONE ? JNI_OK : JNI_ERR;
}
