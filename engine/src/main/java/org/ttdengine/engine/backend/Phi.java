package org.ttdengine.engine.backend;

/**
 * From cosine to similarity: {@code S = sigmoid(w cos + b)} (Sim2Mask of TCL), or the cosine itself.
 *
 * @param sigmoid whether the sigmoid is applied; w and b are ignored otherwise
 * @param w slope, positive
 * @param b shift
 */
public record Phi(boolean sigmoid, double w, double b) {
    /** {@code sigmoid(10 (cos - 0.25))}, TCL's initial value and its setting for plain CLIP features. */
    public static final Phi CLIP = sigmoid(10, -2.5);

    /** The cosine itself. */
    public static final Phi COSINE = new Phi(false, 1, 0);

    public Phi {
        if (!(w > 0) || Double.isInfinite(w) || !Double.isFinite(b)) {
            throw new IllegalArgumentException("phi needs a positive slope and a finite shift, not " + w + "," + b);
        }
    }

    public static Phi sigmoid(double w, double b) {
        return new Phi(true, w, b);
    }

    /** S of a cosine. */
    public double of(double cosine) {
        return sigmoid ? 1 / (1 + Math.exp(-(w * cosine + b))) : cosine;
    }

    /** dS/dcos, given S. */
    public double slope(double s) {
        return sigmoid ? w * s * (1 - s) : 1;
    }
}
