/** The readable scalar implementation: the oracle of every other backend. */
package org.ttdengine.engine.backend.reference;
