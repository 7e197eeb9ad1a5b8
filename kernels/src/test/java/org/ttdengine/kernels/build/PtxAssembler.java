package org.ttdengine.kernels.build;

import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerCompile;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerCreate;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerDestroy;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerGetErrorLog;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerGetErrorLogSize;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerGetInfoLog;
import static jcuda.nvptxcompiler.JNvPTXCompiler.nvPTXCompilerGetInfoLogSize;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import jcuda.nvptxcompiler.nvPTXCompileResult;
import jcuda.nvptxcompiler.nvPTXCompilerHandle;
import org.ttdengine.kernels.Architecture;
import org.ttdengine.kernels.Assembly;

/**
 * NVIDIA's assembler of CUDA 12.0, the library that JCuda brings along. It needs no GPU and no toolkit and refuses PTX
 * newer than version 8.0.
 */
public final class PtxAssembler {
    private PtxAssembler() {}

    /**
     * Assembles a module; the machine code is not kept.
     *
     * @return figures of each of its kernels
     * @throws PtxRefusedException with the assembler's messages if it refuses the text
     */
    public static Map<String, Assembly> assemble(String ptx, Architecture architecture) {
        byte[] text = (ptx + '\0').getBytes(StandardCharsets.US_ASCII);
        nvPTXCompilerHandle compiler = new nvPTXCompilerHandle();
        require("create", nvPTXCompilerCreate(compiler, text.length - 1, text));
        try {
            String[] options = {"--gpu-name=" + architecture.target(), "--verbose"};
            int result = nvPTXCompilerCompile(compiler, options.length, options);
            if (result != nvPTXCompileResult.NVPTXCOMPILE_SUCCESS) {
                throw new PtxRefusedException(
                        architecture + ": " + nvPTXCompileResult.stringFor(result) + "\n" + errors(compiler));
            }
            return AssemblerLog.parse(information(compiler));
        } finally {
            require("destroy", nvPTXCompilerDestroy(compiler));
        }
    }

    private static String errors(nvPTXCompilerHandle compiler) {
        long[] size = new long[1];
        require("error log size", nvPTXCompilerGetErrorLogSize(compiler, size));
        byte[] log = new byte[Math.toIntExact(size[0]) + 1];
        require("error log", nvPTXCompilerGetErrorLog(compiler, log));
        return text(log);
    }

    private static String information(nvPTXCompilerHandle compiler) {
        long[] size = new long[1];
        require("info log size", nvPTXCompilerGetInfoLogSize(compiler, size));
        byte[] log = new byte[Math.toIntExact(size[0]) + 1];
        require("info log", nvPTXCompilerGetInfoLog(compiler, log));
        return text(log);
    }

    private static String text(byte[] log) {
        int length = 0;
        while (length < log.length && log[length] != 0) {
            length++;
        }
        return new String(log, 0, length, StandardCharsets.UTF_8);
    }

    private static void require(String call, int result) {
        if (result != nvPTXCompileResult.NVPTXCOMPILE_SUCCESS) {
            throw new IllegalStateException("PTX assembler, " + call + ": " + nvPTXCompileResult.stringFor(result));
        }
    }
}
