package org.ttdengine.vit;

import org.ttdengine.engine.autograd.Parameter;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.autograd.Var;
import org.ttdengine.engine.ops.LayerNorm;

/** A layer norm of a tower. */
record Norm(Parameter gamma, Parameter beta, double epsilon) {
    Var apply(Tape tape, Var x) {
        return LayerNorm.apply(tape, x, tape.parameter(gamma), tape.parameter(beta), epsilon);
    }
}
