/** Tensors, devices, memory scopes: what every operation and model is built on. */
package org.ttdengine.engine;
