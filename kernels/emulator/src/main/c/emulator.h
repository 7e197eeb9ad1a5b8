/* What libcuda.so.1 of the emulator offers to the other libraries. */
#ifndef EMULATOR_H
#define EMULATOR_H

#include <jni.h>
#include <stdint.h>

enum library { LIBRARY_CUDA, LIBRARY_CUBLAS, LIBRARIES };

/* Calls the Java dispatcher of a library; returns its status. */
JNIEXPORT int emulator_dispatch(enum library library, int function, int count, const jlong *arguments);

/* The names as String[]; NULL with an exception pending if there is no memory. */
JNIEXPORT jobjectArray emulator_names(JNIEnv *env, const char *const *names, int count);

#endif
