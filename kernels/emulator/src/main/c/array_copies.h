/*
 * JCuda reads and writes Java arrays (Pointer.to(float[]), kernel parameters) between GetPrimitiveArrayCritical and
 * ReleasePrimitiveArrayCritical, and calls the driver in between. A real driver does not care; one that runs Java code
 * there may deadlock, because before JDK 22 no garbage collection can start until the section ends. JNI allows "critical" to
 * return a copy, so JCuda gets copies: these two functions are replaced in the JNI function table, for callers in JCuda's
 * libraries only.
 */
#ifndef ARRAY_COPIES_H
#define ARRAY_COPIES_H

#include <jni.h>

/* Installs the replacement; JNI_OK, or JNI_ERR when the virtual machine refuses. */
int copy_arrays_for_jcuda(JavaVM *vm);

#endif
