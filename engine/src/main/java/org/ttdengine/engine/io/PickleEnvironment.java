package org.ttdengine.engine.io;

/** What a pickle's references to the outside mean: calls of named functions and persistent ids. Nothing in it runs code. */
interface PickleEnvironment {
    /** Charges values an answer consists of against the limits of the pickle. */
    @FunctionalInterface
    interface Budget {
        void charge(long values) throws TensorFileException;
    }

    /** The value that stands for calling a function, or instantiating a class, with the arguments. */
    Object call(PickleGlobal function, PickleTuple arguments, Budget budget) throws TensorFileException;

    /** The value that stands for an object kept outside the pickle. */
    Object persistent(Object id) throws TensorFileException;
}
