/** A tape that records operations and walks back over them. */
package org.ttdengine.engine.autograd;
