/// Fits a model's forecast tables to pictures that are drawn in full.
@NullMarked
package io.inkstream.cli.fitting;

import org.jspecify.annotations.NullMarked;
