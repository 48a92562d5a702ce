/// Measures this engine, alone or in turn with another: what is drawn with which settings, what it
/// cost, how like the pictures are.
@NullMarked
package io.inkstream.cli.bench;

import org.jspecify.annotations.NullMarked;
