/*
 * Functions of a CUDA library that hand their arguments to Java. Include after defining LIBRARY (a number of enum library) and
 * FUNCTIONS (the .def file of the library).
 */
#include "emulator.h"

typedef void *ptr;
typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef int32_t i32;
typedef uint64_t u64;

/* Names of the functions in the order of their numbers; unsupported ones carry a leading '-'. */
#define CALL(name, ...) #name,
#define UNSUPPORTED(name) "-" #name,
#define CALL0 CALL
#define CALL1 CALL
#define CALL2 CALL
#define CALL3 CALL
#define CALL4 CALL
#define CALL5 CALL
#define CALL11 CALL
#define CALL14 CALL
#define CALL19 CALL
#define CALL23 CALL
static const char *const names[] = {
#include FUNCTIONS
};
#undef CALL
#undef UNSUPPORTED

enum function {
#define CALL(name, ...) FUNCTION_##name,
#define UNSUPPORTED(name) FUNCTION_##name,
#include FUNCTIONS
    FUNCTION_COUNT
};
#undef CALL
#undef UNSUPPORTED
#undef CALL0
#undef CALL1
#undef CALL2
#undef CALL3
#undef CALL4
#undef CALL5
#undef CALL11
#undef CALL14
#undef CALL19
#undef CALL23

#define FORWARD(name, count, ...) return emulator_dispatch(LIBRARY, FUNCTION_##name, count, (const jlong[]){__VA_ARGS__})
#define UNSUPPORTED(name) \
    JNIEXPORT int name(void) { FORWARD(name, 0, 0); }
#define CALL0(name) \
    JNIEXPORT int name(void) { FORWARD(name, 0, 0); }
#define CALL1(name, A) \
    JNIEXPORT int name(A a0) { FORWARD(name, 1, (jlong) a0); }
#define CALL2(name, A, B) \
    JNIEXPORT int name(A a0, B a1) { FORWARD(name, 2, (jlong) a0, (jlong) a1); }
#define CALL3(name, A, B, C) \
    JNIEXPORT int name(A a0, B a1, C a2) { FORWARD(name, 3, (jlong) a0, (jlong) a1, (jlong) a2); }
#define CALL4(name, A, B, C, D) \
    JNIEXPORT int name(A a0, B a1, C a2, D a3) { FORWARD(name, 4, (jlong) a0, (jlong) a1, (jlong) a2, (jlong) a3); }
#define CALL5(name, A, B, C, D, E) \
    JNIEXPORT int name(A a0, B a1, C a2, D a3, E a4) { FORWARD(name, 5, (jlong) a0, (jlong) a1, (jlong) a2, (jlong) a3, (jlong) a4); }
#define CALL11(name, A, B, C, D, E, F, G, H, I, J, K) \
    JNIEXPORT int name(A a0, B a1, C a2, D a3, E a4, F a5, G a6, H a7, I a8, J a9, K a10) { \
        FORWARD(name, 11, (jlong) a0, (jlong) a1, (jlong) a2, (jlong) a3, (jlong) a4, (jlong) a5, \
            (jlong) a6, (jlong) a7, (jlong) a8, (jlong) a9, (jlong) a10); \
    }
#define CALL14(name, A, B, C, D, E, F, G, H, I, J, K, L, M, N) \
    JNIEXPORT int name(A a0, B a1, C a2, D a3, E a4, F a5, G a6, H a7, I a8, J a9, K a10, L a11, M \
        a12, N a13) { \
        FORWARD(name, 14, (jlong) a0, (jlong) a1, (jlong) a2, (jlong) a3, (jlong) a4, (jlong) a5, \
            (jlong) a6, (jlong) a7, (jlong) a8, (jlong) a9, (jlong) a10, (jlong) a11, (jlong) a12, \
            (jlong) a13); \
    }
#define CALL19(name, A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P, Q, R, S) \
    JNIEXPORT int name(A a0, B a1, C a2, D a3, E a4, F a5, G a6, H a7, I a8, J a9, K a10, L a11, M \
        a12, N a13, O a14, P a15, Q a16, R a17, S a18) { \
        FORWARD(name, 19, (jlong) a0, (jlong) a1, (jlong) a2, (jlong) a3, (jlong) a4, (jlong) a5, \
            (jlong) a6, (jlong) a7, (jlong) a8, (jlong) a9, (jlong) a10, (jlong) a11, (jlong) a12, \
            (jlong) a13, (jlong) a14, (jlong) a15, (jlong) a16, (jlong) a17, (jlong) a18); \
    }
#define CALL23(name, A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P, Q, R, S, T, U, V, W) \
    JNIEXPORT int name(A a0, B a1, C a2, D a3, E a4, F a5, G a6, H a7, I a8, J a9, K a10, L a11, M \
        a12, N a13, O a14, P a15, Q a16, R a17, S a18, T a19, U a20, V a21, W a22) { \
        FORWARD(name, 23, (jlong) a0, (jlong) a1, (jlong) a2, (jlong) a3, (jlong) a4, (jlong) a5, \
            (jlong) a6, (jlong) a7, (jlong) a8, (jlong) a9, (jlong) a10, (jlong) a11, (jlong) a12, \
            (jlong) a13, (jlong) a14, (jlong) a15, (jlong) a16, (jlong) a17, (jlong) a18, (jlong) \
            a19, (jlong) a20, (jlong) a21, (jlong) a22); \
    }
#include FUNCTIONS
