using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>AVX-512 micro-kernel of a convolution over planes: up to 14 vectors of neighbouring pixels.</summary>
/// <typeparam name="TForm">The channels.</typeparam>
internal static unsafe class PlanarPixels<TForm>
    where TForm : struct, IPlanarPixels
{
    /// <summary>The most vectors of pixels of a tile.</summary>
    private const int MostVectors = 14;

    /// <summary>The most pixels of a tile.</summary>
    internal static int MostPixels => MostVectors * TForm.PixelsTogether;

    /// <summary>Computes a tile of <paramref name="pixels"/> pixels.</summary>
    /// <param name="pixels">The pixels: a multiple of those of a vector, at least one.</param>
    /// <param name="x">The first element of the first pixel's window.</param>
    /// <param name="offsets">The places of a window's elements from there.</param>
    /// <param name="taps">Their number.</param>
    /// <param name="w">The weights, blocks of [taps][8].</param>
    /// <param name="bias">One value per channel.</param>
    /// <param name="min">The lower bound of the result.</param>
    /// <param name="max">The upper bound.</param>
    /// <param name="y">Receives the first channel of the first pixel.</param>
    /// <param name="stride">The elements from a pixel of the result to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(int pixels, float* x, nint* offsets, int taps, float* w, float* bias, float min, float max, float* y, nint stride)
    {
        switch (pixels / TForm.PixelsTogether)
        {
            case 1:
                PlanarPixelsTile.Run<TForm, TileRows.R1>(x, offsets, taps, w, bias, min, max, y, stride);
                break;
            case 2:
                PlanarPixelsTile.Run<TForm, TileRows.R2>(x, offsets, taps, w, bias, min, max, y, stride);
                break;
            case 3:
                PlanarPixelsTile.Run<TForm, TileRows.R3>(x, offsets, taps, w, bias, min, max, y, stride);
                break;
            case 4:
                PlanarPixelsTile.Run<TForm, TileRows.R4>(x, offsets, taps, w, bias, min, max, y, stride);
                break;
            case 5:
                PlanarPixelsTile.Run<TForm, TileRows.R5>(x, offsets, taps, w, bias, min, max, y, stride);
                break;
            case 6:
                PlanarPixelsTile.Run<TForm, TileRows.R6>(x, offsets, taps, w, bias, min, max, y, stride);
                break;
            case 7:
                PlanarPixelsTile.Run<TForm, TileRows.R7>(x, offsets, taps, w, bias, min, max, y, stride);
                break;
            case 8:
                PlanarPixelsTile.Run<TForm, TileRows.R8>(x, offsets, taps, w, bias, min, max, y, stride);
                break;
            case 9:
                PlanarPixelsTile.Run<TForm, TileRows.R9>(x, offsets, taps, w, bias, min, max, y, stride);
                break;
            case 10:
                PlanarPixelsTile.Run<TForm, TileRows.R10>(x, offsets, taps, w, bias, min, max, y, stride);
                break;
            case 11:
                PlanarPixelsTile.Run<TForm, TileRows.R11>(x, offsets, taps, w, bias, min, max, y, stride);
                break;
            case 12:
                PlanarPixelsTile.Run<TForm, TileRows.R12>(x, offsets, taps, w, bias, min, max, y, stride);
                break;
            case 13:
                PlanarPixelsTile.Run<TForm, TileRows.R13>(x, offsets, taps, w, bias, min, max, y, stride);
                break;
            case 14:
                PlanarPixelsTile.Run<TForm, TileRows.R14>(x, offsets, taps, w, bias, min, max, y, stride);
                break;
        }
    }
}
