/// From a prompt to its embeddings: template, tokenizer, encoder.
@NullMarked
package io.inkstream.textencoder;

import org.jspecify.annotations.NullMarked;
