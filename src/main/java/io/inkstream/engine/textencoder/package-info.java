/// From a prompt to its embeddings: template, tokenizer, encoder.
@NullMarked
package io.inkstream.engine.textencoder;

import org.jspecify.annotations.NullMarked;
