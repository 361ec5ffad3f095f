namespace ModelBuild.Kernels;

/// <summary>What was done to the pixels of a lossless WebP picture before they were coded.</summary>
/// <param name="Kind">Which transform.</param>
/// <param name="Bits">The pixels of a block on each side, or with <see cref="Vp8lTransformKind.Palette"/> those packed into one, as a power of two.</param>
/// <param name="Width">The pixels of a row where the transform is undone.</param>
/// <param name="Data">The picture of blocks, or the colors.</param>
internal readonly record struct Vp8lTransform(Vp8lTransformKind Kind, int Bits, int Width, ArraySegment<uint> Data);
