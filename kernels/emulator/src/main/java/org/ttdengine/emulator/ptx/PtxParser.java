package org.ttdengine.emulator.ptx;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Parses a PTX module. */
public final class PtxParser {
    private static final int MAX_THREADS = 1024;

    private final TokenStream in;
    private final Map<String, PtxKernel> kernels = new LinkedHashMap<>();
    private final List<PtxVariable> variables = new ArrayList<>();
    private String version = "";
    private String target = "";

    private PtxParser(String source) {
        this.in = new TokenStream(source);
    }

    /**
     * Parses a module.
     *
     * @throws PtxException naming the line of the first error
     */
    public static PtxModule parse(String source) {
        PtxParser parser = new PtxParser(source);
        while (!parser.in.atEnd()) {
            parser.topLevel();
        }
        return new PtxModule(parser.version, parser.target, parser.kernels, parser.variables);
    }

    private void topLevel() {
        Token token = in.next();
        switch (token.text()) {
            case ".version" -> version = in.next().text();
            case ".target" -> target();
            case ".address_size" -> addressSize();
            case ".visible", ".extern", ".weak", ".common" -> {}
            case ".entry" -> entry();
            case ".const", ".global", ".shared" -> {
                variables.add(new VariableParser(in).variable(token.text().substring(1)));
                in.expect(";");
            }
            case ".file" -> file();
            case ".section" -> {
                in.next();
                in.skipBraces();
            }
            case ".pragma" -> in.skipStatement();
            default -> throw new PtxException(token.line(), "'" + token.text() + "' is not supported here");
        }
    }

    private void target() {
        target = in.next().text();
        while (in.accept(",")) {
            in.next();
        }
    }

    private void addressSize() {
        int line = in.line();
        if (in.integer() != 64) {
            throw new PtxException(line, "only 64-bit addresses are supported");
        }
    }

    /** {@code .file index "name"[, timestamp, size]}. */
    private void file() {
        in.next();
        in.next();
        while (in.accept(",")) {
            in.next();
        }
    }

    private void entry() {
        Token name = in.expectWord();
        List<PtxParameter> parameters = in.at("(") ? parameters() : List.of();
        int maxThreads = MAX_THREADS;
        while (!in.at("{")) {
            Token directive = in.next();
            switch (directive.text()) {
                case ".maxntid", ".reqntid" -> maxThreads = product();
                case ".minnctapersm", ".maxnreg" -> in.integer();
                case ".pragma" -> in.skipStatement();
                default ->
                    throw new PtxException(
                            directive.line(), "'" + directive.text() + "' is not supported for an entry");
            }
        }
        kernels.put(name.text(), new BodyParser(in).kernel(name.text(), parameters, maxThreads, name.line()));
    }

    private List<PtxParameter> parameters() {
        List<PtxParameter> parameters = new ArrayList<>();
        VariableParser parser = new VariableParser(in);
        int end = 0;
        in.expect("(");
        while (!in.at(")")) {
            in.expect(".param");
            PtxParameter parameter = parser.parameter(end);
            end = parameter.offset() + parameter.size();
            parameters.add(parameter);
            in.accept(",");
        }
        in.expect(")");
        return parameters;
    }

    private int product() {
        long product = in.integer();
        while (in.accept(",")) {
            product *= in.integer();
        }
        return Math.toIntExact(product);
    }
}
