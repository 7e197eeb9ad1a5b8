/** A device that computes nothing and counts what a real one would have to do: the basis of estimates and plans. */
package org.ttdengine.engine.backend.counting;
