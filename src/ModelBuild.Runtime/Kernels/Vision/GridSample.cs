using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Reads an image or a volume at the positions of a grid (ONNX GridSample 20).</summary>
public static unsafe class GridSample
{
    /// <summary>y[n, c, p] is x[n, c] at the position grid[n, p].</summary>
    /// <param name="x">The operand [batch, channels, inD, inH, inW].</param>
    /// <param name="grid">The positions [batch, points, axes], the innermost axis first, from -1 to 1.</param>
    /// <param name="y">The result [batch, channels, points].</param>
    /// <param name="batch">The number of operands.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="inD">The depth of the operand; 1 for an image.</param>
    /// <param name="inH">Its height.</param>
    /// <param name="inW">Its width.</param>
    /// <param name="points">The positions for each operand.</param>
    /// <param name="axes">2 for an image, 3 for a volume.</param>
    /// <param name="mode">How a position between elements is read.</param>
    /// <param name="padding">What lies outside of the operand.</param>
    /// <param name="alignCorners">Whether -1 and 1 are the centres of the outermost elements, else their outer borders.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void F32(
        ReadOnlySpan<float> x, ReadOnlySpan<float> grid, Span<float> y, int batch, int channels, int inD, int inH, int inW, int points, int axes, GridMode mode, GridPadding padding, bool alignCorners)
    {
        int plane = checked(inD * inH * inW);
        Throw.IfShorter(x.Length, (long)batch * channels * plane, nameof(x));
        Throw.IfShorter(grid.Length, (long)batch * points * axes, nameof(grid));
        Throw.IfShorter(y.Length, (long)batch * channels * points, nameof(y));
        GridAxis depth = default;
        GridAxis rows = default;
        GridAxis columns = default;
        depth.Taps = 1;
        depth.Weight[0] = 1f;
        for (int n = 0; n < batch; n++)
        {
            for (int p = 0; p < points; p++)
            {
                ReadOnlySpan<float> position = grid.Slice(((n * points) + p) * axes, axes);
                columns.Set(position[0], inW, mode, padding, alignCorners);
                rows.Set(position[1], inH, mode, padding, alignCorners);
                if (axes == 3)
                {
                    depth.Set(position[2], inD, mode, padding, alignCorners);
                }

                for (int c = 0; c < channels; c++)
                {
                    ReadOnlySpan<float> source = x.Slice(((n * channels) + c) * plane, plane);
                    float sum = 0f;
                    for (int d = 0; d < depth.Taps; d++)
                    {
                        for (int r = 0; r < rows.Taps; r++)
                        {
                            float weight = depth.Weight[d] * rows.Weight[r];
                            if (weight != 0f)
                            {
                                int line = ((depth.Index[d] * inH) + rows.Index[r]) * inW;
                                float part = 0f;
                                for (int k = 0; k < columns.Taps; k++)
                                {
                                    part += columns.Weight[k] == 0f ? 0f : columns.Weight[k] * source[line + columns.Index[k]];
                                }

                                sum += weight * part;
                            }
                        }
                    }

                    y[(((n * channels) + c) * points) + p] = sum;
                }
            }
        }
    }
}
