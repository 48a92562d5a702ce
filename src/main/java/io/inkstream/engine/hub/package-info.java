/// The Hugging Face Hub: what of a model is needed and not here is fetched into the cache that
/// `huggingface_hub` uses. Nothing that is fetched is executed.
@NullMarked
package io.inkstream.engine.hub;

import org.jspecify.annotations.NullMarked;
