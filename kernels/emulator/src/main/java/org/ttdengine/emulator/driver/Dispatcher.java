package org.ttdengine.emulator.driver;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/**
 * Where all calls of one library arrive. One call at a time: a call holds the driver's lock until it returns. Maps
 * exceptions to the library's statuses; {@link Error}s pass on to the caller of JCuda.
 */
final class Dispatcher {
    private final Driver driver;
    private final String[] names;
    private final FunctionTable.Call[] calls;
    private final ToIntFunction<CudaStatus> codes;
    private final Map<String, Integer> unsupported = new TreeMap<>();

    /**
     * A dispatcher for the functions of the C half.
     *
     * @param exported names in the order of their numbers; a leading '-' marks those that are not implemented
     * @param codes what the C functions return for a status
     * @throws IllegalStateException if the implemented ones are not exactly those of {@code table}
     */
    Dispatcher(Driver driver, String[] exported, FunctionTable table, ToIntFunction<CudaStatus> codes) {
        this.driver = driver;
        this.codes = codes;
        Map<String, FunctionTable.Call> implemented = table.calls();
        Set<String> declared =
                Arrays.stream(exported).filter(name -> !name.startsWith("-")).collect(Collectors.toSet());
        if (!declared.equals(implemented.keySet())) {
            Set<String> difference = new TreeSet<>(declared);
            difference.addAll(implemented.keySet());
            difference.removeIf(name -> declared.contains(name) && implemented.containsKey(name));
            throw new IllegalStateException("the functions of the C and the Java side differ in " + difference);
        }
        this.names = Arrays.stream(exported).map(name -> name.replace("-", "")).toArray(String[]::new);
        this.calls = Arrays.stream(names).map(implemented::get).toArray(FunctionTable.Call[]::new);
    }

    /** Called by the C half with the number of the function; returns the status. */
    int dispatch(int function, long[] arguments) {
        synchronized (driver) {
            CudaStatus status = run(function, arguments);
            driver.log().call(names[function], arguments, status);
            return codes.applyAsInt(status);
        }
    }

    private CudaStatus run(int function, long[] arguments) {
        String name = names[function];
        try {
            if (!isLookUp(name)) {
                driver.injection().call();
            }
            if (calls[function] == null) {
                if (unsupported.merge(name, 1, Integer::sum) == 1) {
                    driver.log().line(name + " is not implemented and returns NOT_SUPPORTED");
                }
                return CudaStatus.NOT_SUPPORTED;
            }
            calls[function].run(arguments);
            return CudaStatus.SUCCESS;
        } catch (CudaException e) {
            driver.log().refusal(name, e);
            return e.status();
        } catch (RuntimeException e) {
            driver.log().defect(name, e);
            return CudaStatus.UNKNOWN;
        }
    }

    /** Names and descriptions of errors are found whatever becomes of the device; JCuda relies on it. */
    private static boolean isLookUp(String name) {
        return name.startsWith("cuGetError");
    }

    /** How often each function that is not implemented was called. */
    Map<String, Integer> unsupportedCalls() {
        synchronized (driver) {
            return Map.copyOf(unsupported);
        }
    }
}
