package org.ttdengine.engine.io;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Working memory of the pickle machine: a stack with marks and a memo of numbered values. Both are bounded, and so is the
 * number of values made, since a byte of a hostile pickle can ask for a hundred bytes of memory.
 */
final class PickleStack {
    private static final int DEEPEST_STACK = 1 << 20;
    private static final int LARGEST_MEMO = 1 << 22;
    private static final long MOST_VALUES = 1 << 22;
    private static final Object MARK = new Object();

    private final PickleInput input;
    private final ArrayList<Object> stack = new ArrayList<>();
    private final Map<Long, Object> memo = new HashMap<>();
    private long values;

    PickleStack(PickleInput input) {
        this.input = input;
    }

    /** Counts values about to be made. */
    void charge(long count) throws TensorFileException {
        values += count;
        if (values > MOST_VALUES) {
            throw input.refuse("it makes more than " + MOST_VALUES + " values");
        }
    }

    /** Pushes a value that exists already. */
    void push(Object value) throws TensorFileException {
        if (stack.size() >= DEEPEST_STACK) {
            throw input.refuse("its stack is deeper than " + DEEPEST_STACK);
        }
        stack.add(value);
    }

    /** Pushes a value made for the purpose. */
    void pushNew(Object value) throws TensorFileException {
        charge(1);
        push(value);
    }

    void mark() throws TensorFileException {
        push(MARK);
    }

    Object pop() throws TensorFileException {
        Object top = peek();
        stack.remove(stack.size() - 1);
        return top;
    }

    Object peek() throws TensorFileException {
        if (stack.isEmpty() || stack.get(stack.size() - 1) == MARK) {
            throw input.refuse("it takes a value from an empty stack");
        }
        return stack.get(stack.size() - 1);
    }

    /** Removes the top of the stack, be it a value or a mark. */
    void drop() throws TensorFileException {
        if (stack.isEmpty()) {
            throw input.refuse("it takes a value from an empty stack");
        }
        stack.remove(stack.size() - 1);
    }

    /** Removes everything down to the topmost mark and the mark itself; lowest value first. */
    List<Object> popToMark() throws TensorFileException {
        int mark = stack.size() - 1;
        while (mark >= 0 && stack.get(mark) != MARK) {
            mark--;
        }
        if (mark < 0) {
            throw input.refuse("a mark is missing");
        }
        List<Object> above = stack.subList(mark + 1, stack.size());
        List<Object> items = new ArrayList<>(above);
        above.clear();
        stack.remove(mark);
        return items;
    }

    /** The {@code count} topmost values, lowest first, removed. */
    List<Object> pop(int count) throws TensorFileException {
        Object[] items = new Object[count];
        for (int i = count - 1; i >= 0; i--) {
            items[i] = pop();
        }
        // List.of refuses null, Python's None.
        return Arrays.asList(items);
    }

    /** Numbers the top of the stack. */
    void remember(long index) throws TensorFileException {
        if (memo.size() >= LARGEST_MEMO) {
            throw input.refuse("its memo is larger than " + LARGEST_MEMO);
        }
        memo.put(index, peek());
    }

    void rememberNext() throws TensorFileException {
        remember(memo.size());
    }

    Object recall(long index) throws TensorFileException {
        if (!memo.containsKey(index)) {
            throw input.refuse("it recalls value " + index + ", which was never remembered");
        }
        return memo.get(index);
    }
}
