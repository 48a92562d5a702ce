/// Describes a model without loading it: its facts, what fits where, its graphs as files.
@NullMarked
package io.inkstream.engine.description;

import org.jspecify.annotations.NullMarked;
