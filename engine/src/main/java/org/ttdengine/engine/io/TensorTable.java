package org.ttdengine.engine.io;

import java.util.Map;

/**
 * The table of contents of one file.
 *
 * @param tensors by name, in file order
 * @param metadata free-form text
 */
record TensorTable(Map<String, StoredTensor> tensors, Map<String, String> metadata) {}
