/** One file per differentiable operation: forward, backward, shape rule and specification. */
package org.ttdengine.engine.ops;
