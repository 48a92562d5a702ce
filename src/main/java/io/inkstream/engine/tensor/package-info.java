/// Shapes, element types, views of off-heap memory, and noise seeded as torch seeds it. Knows the
/// JDK alone.
@NullMarked
package io.inkstream.engine.tensor;

import org.jspecify.annotations.NullMarked;
