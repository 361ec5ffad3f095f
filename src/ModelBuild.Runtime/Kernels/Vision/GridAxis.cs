using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>The elements along one axis that a position of a grid reads, and their weights.</summary>
internal unsafe struct GridAxis
{
    /// <summary>The most elements.</summary>
    internal const int MaxTaps = 4;

    /// <summary>Coefficient of the cubic convolution.</summary>
    private const float A = -0.75f;

    /// <summary>The elements.</summary>
    internal fixed int Index[MaxTaps];

    /// <summary>Their weights.</summary>
    internal fixed float Weight[MaxTaps];

    /// <summary>How many there are.</summary>
    internal int Taps;

    /// <summary>Reads one coordinate of a grid, where -1 and 1 are the ends of the axis.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Set(float coordinate, int length, GridMode mode, GridPadding padding, bool alignCorners)
    {
        float low = alignCorners ? 0f : -0.5f;
        float high = alignCorners ? length - 1 : length - 0.5f;
        float x = alignCorners ? (coordinate + 1f) / 2f * (length - 1) : (((coordinate + 1f) * length) - 1f) / 2f;
        x = mode == GridMode.Nearest ? MathF.Round(x, MidpointRounding.ToEven) : x;
        if (padding == GridPadding.Reflection)
        {
            x = Reflect(x, low, high);
        }
        else if (padding == GridPadding.Border)
        {
            // Cubic convolution at the border is that of the continued operand, for which four elements beyond it are enough.
            float beyond = mode == GridMode.Cubic ? MaxTaps : 0f;
            x = Math.Clamp(x, -beyond, length - 1 + beyond);
        }

        float floor = MathF.Floor(x);
        float t = x - floor;
        float first = floor;
        switch (mode)
        {
            case GridMode.Nearest:
                Taps = 1;
                Weight[0] = 1f;
                break;
            case GridMode.Linear:
                Taps = 2;
                Weight[0] = 1f - t;
                Weight[1] = t;
                break;
            default:
                Taps = 4;
                first -= 1f;
                Weight[0] = (((((A * (t + 1f)) - (5f * A)) * (t + 1f)) + (8f * A)) * (t + 1f)) - (4f * A);
                Weight[1] = ((((A + 2f) * t) - (A + 3f)) * t * t) + 1f;
                Weight[2] = ((((A + 2f) * (1f - t)) - (A + 3f)) * (1f - t) * (1f - t)) + 1f;
                Weight[3] = (((((A * (2f - t)) - (5f * A)) * (2f - t)) + (8f * A)) * (2f - t)) - (4f * A);
                break;
        }

        for (int k = 0; k < Taps; k++)
        {
            float at = first + k;
            bool isInside = at >= 0f && at <= length - 1;
            if (!isInside && padding == GridPadding.Reflection)
            {
                at = Reflect(at, low, high);
            }

            Index[k] = (int)Math.Clamp(at, 0f, length - 1);
            Weight[k] = isInside || padding != GridPadding.Zeros ? Weight[k] : 0f;
        }
    }

    /// <summary>Mirrors a position at both ends until it lies between them.</summary>
    private static float Reflect(float x, float low, float high)
    {
        float range = high - low;
        if (range <= 0f)
        {
            return low;
        }

        float beyond = x < low ? low - x : x > high ? x - high : 0f;
        if (beyond == 0f)
        {
            return x;
        }

        float turns = MathF.Truncate(beyond / range);
        float rest = beyond - (turns * range);
        bool isEven = turns % 2f == 0f;
        return x < low == isEven ? low + rest : high - rest;
    }
}
