using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>
/// Winograd's minimal filtering F(4x4, 3x3): a tile of 4x4 results of a 3x3 correlation from 6x6 inputs with 36 products instead of 144. Along one axis, data d
/// and filter g are evaluated at six points, multiplied there, and interpolated (A. Lavin, S. Gray, Fast Algorithms for Convolutional Neural Networks, 2016).
/// </summary>
/// <remarks>
/// The points are 0, 3/4, -3/4, 3/2, -3/2 and infinity. They divide the error of the usual 0, 1, -1, 2, -2 by more than two and cost as much: every constant of
/// the data's and the result's transform is exact in binary32, and the powers of 3/4 that the result needs are one multiply-add with the bias.
/// </remarks>
internal static class WinogradPoints
{
    /// <summary>Results of a tile along one axis.</summary>
    internal const int TileSize = 4;

    /// <summary>Inputs of a tile along one axis, and points.</summary>
    internal const int Points = 6;

    /// <summary>Products of a tile and channel.</summary>
    internal const int Products = Points * Points;

    /// <summary>The inner point, a; the outer one is 2 a.</summary>
    internal const float Inner = 0.75f;

    /// <summary>The outer point, b.</summary>
    internal const float Outer = 2 * Inner;

    /// <summary>a^2.</summary>
    internal const float InnerSquare = Inner * Inner;

    /// <summary>b^2.</summary>
    internal const float OuterSquare = Outer * Outer;

    /// <summary>a^2 b^2, the constant term of (x^2 - a^2)(x^2 - b^2).</summary>
    internal const float SquareProduct = InnerSquare * OuterSquare;

    /// <summary>a^2 + b^2, the negated middle coefficient of (x^2 - a^2)(x^2 - b^2).</summary>
    internal const float SquareSum = InnerSquare + OuterSquare;

    /// <summary>Gets a^power, which scales the result of row i and column j with power = i + j.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Scale(int power)
    {
        float square = (power & 2) == 0 ? 1f : InnerSquare;
        float fourth = (power & 4) == 0 ? 1f : InnerSquare * InnerSquare;
        return ((power & 1) == 0 ? 1f : Inner) * square * fourth;
    }
}
