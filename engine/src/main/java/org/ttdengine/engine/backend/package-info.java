/** The primitive operations of a device and the descriptions they take. */
package org.ttdengine.engine.backend;
