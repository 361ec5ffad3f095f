using System.Buffers;
using System.Runtime.InteropServices;

namespace ModelBuild.Kernels;

/// <summary>Decodes the lossless kind of WebP (WebP lossless bitstream, RFC 9649 section 3).</summary>
internal static class Vp8lImage
{
    private const byte Signature = 0x2F;
    private const int SizeBits = 14;
    private const int Kinds = 4;

    /// <summary>The size of the picture.</summary>
    /// <param name="data">The data of the chunk.</param>
    internal static ImageSize SizeOf(ReadOnlySpan<byte> data)
    {
        Vp8lBits bits = new(data);
        return ReadHeader(ref bits);
    }

    /// <summary>Decodes the picture; its alpha is left out.</summary>
    /// <param name="data">The data of the chunk.</param>
    /// <param name="target">Receives the pixels.</param>
    internal static void Decode(ReadOnlySpan<byte> data, PixelTarget target)
    {
        Vp8lBits bits = new(data);
        (int height, int width) = ReadHeader(ref bits);
        using PooledMemory<uint> memory = new(WebPErrors.Format, (long)width * height);
        Span<uint> pixels = memory.Span;
        Span<Vp8lTransform> transforms = new Vp8lTransform[Kinds];
        int count = 0;
        try
        {
            int packed = width;
            for (int kinds = 0; bits.ReadFlag();)
            {
                var kind = (Vp8lTransformKind)bits.Read(2);
                if ((kinds & (1 << (int)kind)) != 0)
                {
                    throw WebPErrors.Damaged("it has a transform twice");
                }

                kinds |= 1 << (int)kind;
                transforms[count++] = ReadTransform(ref bits, kind, packed, height);
                packed = kind == Vp8lTransformKind.Palette ? Blocks(packed, transforms[count - 1].Bits) : packed;
            }

            Vp8lPixels.ReadMain(ref bits, pixels[..(packed * height)], packed);
            for (int i = count - 1; i >= 0; i--)
            {
                Vp8lInverse.Undo(transforms[i], pixels, height);
            }
        }
        finally
        {
            foreach (Vp8lTransform transform in transforms)
            {
                if (transform.Data.Array is { Length: > 0 } array)
                {
                    ArrayPool<uint>.Shared.Return(array);
                }
            }
        }

        Write(pixels, target);
    }

    private static ImageSize ReadHeader(ref Vp8lBits bits)
    {
        if (bits.Read(8) != Signature)
        {
            throw WebPErrors.Damaged("its lossless data does not begin with 2F");
        }

        int width = bits.Read(SizeBits) + 1;
        int height = bits.Read(SizeBits) + 1;
        bits.Skip(1);
        int version = bits.Read(3);
        return version == 0 ? new ImageSize(height, width) : throw WebPErrors.Damaged($"its lossless data is of version {version}");
    }

    private static Vp8lTransform ReadTransform(ref Vp8lBits bits, Vp8lTransformKind kind, int width, int height)
    {
        switch (kind)
        {
            case Vp8lTransformKind.SubtractGreen:
                return new Vp8lTransform(kind, 0, width, []);
            case Vp8lTransformKind.Palette:
                int colors = bits.Read(8) + 1;
                int packing = colors switch { <= 2 => 3, <= 4 => 2, <= 16 => 1, _ => 0 };
                ArraySegment<uint> palette = ReadImage(ref bits, colors, 1);
                Vp8lInverse.Accumulate(palette);
                return new Vp8lTransform(kind, packing, width, palette);
            default:
                int size = bits.Read(3) + 2;
                return new Vp8lTransform(kind, size, width, ReadImage(ref bits, Blocks(width, size), Blocks(height, size)));
        }
    }

    private static ArraySegment<uint> ReadImage(ref Vp8lBits bits, int width, int height)
    {
        uint[] array = ArrayPool<uint>.Shared.Rent(width * height);
        try
        {
            ArraySegment<uint> pixels = new(array, 0, width * height);
            Vp8lPixels.Read(ref bits, pixels, width);
            return pixels;
        }
        catch
        {
            ArrayPool<uint>.Shared.Return(array);
            throw;
        }
    }

    private static void Write(Span<uint> pixels, PixelTarget target)
    {
        for (int y = 0; y < target.Height; y++)
        {
            Span<uint> row = pixels.Slice(y * target.Width, target.Width);
            foreach (ref uint pixel in row)
            {
                pixel = (pixel & 0xFF00FF00) | ((pixel >> 16) & 0xFF) | ((pixel & 0xFF) << 16);
            }

            target.PutRgb(y, 0, MemoryMarshal.AsBytes(row), sizeof(uint));
        }
    }

    private static int Blocks(int size, int bits) => (size + (1 << bits) - 1) >> bits;
}
