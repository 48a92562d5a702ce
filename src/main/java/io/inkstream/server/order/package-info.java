/// What somebody asks for: the fields of a request said once, and an order as a value with a JSON
/// form.
@NullMarked
package io.inkstream.server.order;

import org.jspecify.annotations.NullMarked;
