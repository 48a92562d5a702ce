/// Whether a forward computes all transformer blocks, reuses what the middle blocks did at an
/// earlier step, or extrapolates it: cache-dit's DBCache as arithmetic on tensors. Knows no model.
@NullMarked
package io.inkstream.engine.cache;

import org.jspecify.annotations.NullMarked;
