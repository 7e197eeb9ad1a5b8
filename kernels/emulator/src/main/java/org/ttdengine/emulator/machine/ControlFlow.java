package org.ttdengine.emulator.machine;

/** An instruction that says itself where its lanes go on (branch, exit, block barrier); it ends a straight run. */
interface ControlFlow extends Instruction {}
