/** PTX text to typed statements: lexer, parser, modules. The grammar is that of NVIDIA's PTX ISA 8.0 as far as nvcc emits it. */
package org.ttdengine.emulator.ptx;
