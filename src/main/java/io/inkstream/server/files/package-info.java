/// Files that clients send, and those that they fetch.
@NullMarked
package io.inkstream.server.files;

import org.jspecify.annotations.NullMarked;
