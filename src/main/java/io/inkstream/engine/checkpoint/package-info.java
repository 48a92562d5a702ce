/// Networks in single files, as ComfyUI, Wan, LightX2V and llama.cpp write them: safetensors and
/// GGUF. To the other rooms they are components like those of a snapshot. Loads no weight.
@NullMarked
package io.inkstream.engine.checkpoint;

import org.jspecify.annotations.NullMarked;
