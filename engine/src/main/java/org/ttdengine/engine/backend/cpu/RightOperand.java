package org.ttdengine.engine.backend.cpu;

/** The right factor of a matrix product: a view, packed during the product, or a matrix packed once beforehand. */
public sealed interface RightOperand permits FloatView, PackedPanels {}
