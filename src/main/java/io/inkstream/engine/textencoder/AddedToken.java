package io.inkstream.engine.textencoder;

/// A token that is matched as a whole, before any splitting.
///
/// @param id its token id
/// @param content the text it stands for, not empty
/// @param normalized whether it is looked for in the text after NFC; if not, in the text as given
record AddedToken(int id, String content, boolean normalized) {}
