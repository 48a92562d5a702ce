package io.inkstream.engine.graph;

import io.inkstream.engine.weights.Encoding;
import io.inkstream.engine.weights.TensorEntry;
import java.util.List;

/// A weight as a graph takes it.
///
/// @param entry the first of what it is made of
/// @param encoding of the numbers
/// @param numbers the value that holds them
/// @param beside the values that hold what is to be read beside them
/// @param rows of all that it is made of
public record StoredWeight(
    TensorEntry entry, Encoding encoding, String numbers, List<String> beside, int rows) {}
