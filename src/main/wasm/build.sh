#!/usr/bin/env bash
# Makes pictures.wasm of picture.c and of the libraries that Pillow decodes with: libjpeg-turbo, libpng, zlib and libwebp, as crates carry them.
# Needs cargo, which fetches those, and Python with pip, which fetches the compiler, Zig. Raise a version when one of them has a security fix.
#
#   build.sh [FOLDER]     FOLDER keeps what was fetched
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
zig=0.15.2
cd "$(mkdir -p "${1:=$(mktemp -d)}" && cd "$1" && pwd)"

mkdir -p src config && touch src/lib.rs && cat > Cargo.toml << 'END'
[package]
name = "pictures"
version = "0.0.0"
edition = "2021"
[dependencies]
turbojpeg-sys = "=1.2.0" # libjpeg-turbo 3.1.0
libpng-sys = "=1.1.11"   # libpng 1.6.50
libz-sys = "=1.1.33"     # zlib 1.3.2
libwebp-sys = "=0.14.4"  # libwebp 1.6.0
END
cargo vendor -q vendor > /dev/null
[ -d venv ] || python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check ziglang==$zig
jpeg=vendor/turbojpeg-sys/libjpeg-turbo/src png=vendor/libpng-sys/vendor zlib=vendor/libz-sys/src/zlib webp=vendor/libwebp-sys/vendor

# What their configure scripts would find: no threads, no vector instructions, no files.
cat > config/jconfig.h << 'END'
#define JPEG_LIB_VERSION 62
#define D_ARITH_CODING_SUPPORTED 1
#ifndef BITS_IN_JSAMPLE
#define BITS_IN_JSAMPLE 8
#endif
END
cat > config/jconfigint.h << 'END'
#define BUILD ""
#define HIDDEN
#define INLINE inline __attribute__((always_inline))
#define THREAD_LOCAL
#define PACKAGE_NAME "libjpeg-turbo"
#define VERSION "3"
#define SIZEOF_SIZE_T 4
#define HAVE_BUILTIN_CTZL 1
#define FALLTHROUGH __attribute__((fallthrough));
#ifndef BITS_IN_JSAMPLE
#define BITS_IN_JSAMPLE 8
#endif
#if BITS_IN_JSAMPLE == 8
#define D_ARITH_CODING_SUPPORTED 1
#endif
END
sed -E '/PNG_(STDIO|CONSOLE_IO|SETJMP|SIMPLIFIED_READ|SIMPLIFIED_WRITE|TIME_RFC1123|CONVERT_tIME)_SUPPORTED/d' \
  "$png/scripts/pnglibconf.h.prebuilt" > config/pnglibconf.h

cc=(venv/bin/python -m ziglang cc -target wasm32-wasi -O2 -DNDEBUG -DNO_GETENV -w -fno-sanitize=undefined
  -I config -I "$jpeg" -I "$png" -I "$zlib" -I "$webp" -I "$webp/src")
# libjpeg-turbo's code for samples of 12 and of 16 bits is the same, compiled again.
objects=()
for bits in 12 16; do
  for file in jdapistd jdcolor jddiffct jdlossls jdmainct jdpostct jdsample jutils; do
    "${cc[@]}" -DBITS_IN_JSAMPLE=$bits -c "$jpeg/$file.c" -o "$file-$bits.o" && objects+=("$file-$bits.o")
  done
done
for file in jdcoefct jddctmgr jdmerge jidctflt jidctfst jidctint jidctred jquant1 jquant2; do
  "${cc[@]}" -DBITS_IN_JSAMPLE=12 -c "$jpeg/$file.c" -o "$file-12.o" && objects+=("$file-12.o")
done
"${cc[@]}" -mexec-model=reactor -Wl,--gc-sections -Wl,--strip-all -Wl,-z,stack-size=1048576 -o pictures.wasm "$here/picture.c" "${objects[@]}" \
  "$jpeg"/{jaricom,jcomapi,jdapimin,jdapistd,jdarith,jdcoefct,jdcolor,jddctmgr,jddiffct,jdhuff,jdinput,jdlhuff,jdlossls,jdmainct,jdmarker}.c \
  "$jpeg"/{jdmaster,jdmerge,jdphuff,jdpostct,jdsample,jidctflt,jidctfst,jidctint,jidctred,jmemmgr,jmemnobs,jquant1,jquant2,jutils}.c \
  "$png"/{png,pngerror,pngget,pngmem,pngread,pngrio,pngrtran,pngrutil,pngset,pngtrans}.c \
  "$zlib"/{adler32,crc32,inffast,inflate,inftrees,zutil}.c \
  "$webp"/src/{dec,demux,dsp,utils}/*.c
cp pictures.wasm "$here/pictures.wasm"
ls -l "$here/pictures.wasm"
