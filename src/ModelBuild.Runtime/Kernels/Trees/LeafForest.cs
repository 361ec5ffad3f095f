using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>The operands of <see cref="Trees.SumLeaves"/>.</summary>
internal readonly unsafe struct LeafForest(LeafNode* nodes, byte* nanLeft, int* roots, int* groupTargets, int groups, float* leaves, int features, int targets, int width)
{
    /// <summary>Rows of a block.</summary>
    public const int Rows = 16;

    private const int Group = LeafSums.Leaves;

    /// <summary>The number of columns.</summary>
    public int Features => features;

    /// <summary>The number of sums of a row.</summary>
    public int Targets => targets;

    /// <summary>Sums one row.</summary>
    /// <param name="x">The features.</param>
    /// <param name="y">Receives the sums.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void SumRow(float* x, float* y)
    {
        int* leaf = stackalloc int[Group];
        float* sums = stackalloc float[Trees.MostLeafTargets + Group];
        new Span<float>(sums, targets + width).Clear();
        bool isMissing = IsMissing(x, 1);
        for (int g = 0; g < groups; g++)
        {
            int* root = roots + (g * Group);
            if (isMissing)
            {
                for (int t = 0; t < Group; t++)
                {
                    leaf[t] = LeafWalk.Missing(nodes, x, root[t], nanLeft);
                }
            }
            else
            {
                LeafWalk.OneRow(nodes, x, root, leaf);
                LeafWalk.OneRow(nodes, x, root + LeafWalk.Width, leaf + LeafWalk.Width);
            }

            LeafSums.Add(leaves, width, leaf, 1, sums + groupTargets[g]);
        }

        new ReadOnlySpan<float>(sums, targets).CopyTo(new Span<float>(y, targets));
    }

    /// <summary>Sums a block of rows.</summary>
    /// <param name="x">The features [16, features].</param>
    /// <param name="columns">Room for the features [features, 16].</param>
    /// <param name="y">Receives the sums [16, targets].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void SumBlock(float* x, float* columns, float* y)
    {
        if (IsMissing(x, Rows))
        {
            for (int r = 0; r < Rows; r++)
            {
                SumRow(x + (r * features), y + (r * targets));
            }

            return;
        }

        for (int f = 0; f < features; f++)
        {
            for (int r = 0; r < Rows; r++)
            {
                columns[(f * Rows) + r] = x[(r * features) + f];
            }
        }

        int stride = targets + width;
        int* leaf = stackalloc int[Group * Rows];
        float* sums = stackalloc float[(Trees.MostLeafTargets + Group) * Rows];
        new Span<float>(sums, stride * Rows).Clear();
        for (int g = 0; g < groups; g++)
        {
            for (int t = 0; t < Group; t++)
            {
                LeafNode* root = nodes + roots[(g * Group) + t];
                LeafWalk.OneTree(root, columns, leaf + (t * Rows));
                LeafWalk.OneTree(root, columns + LeafWalk.Width, leaf + (t * Rows) + LeafWalk.Width);
            }

            for (int r = 0; r < Rows; r++)
            {
                LeafSums.Add(leaves, width, leaf + r, Rows, sums + (r * stride) + groupTargets[g]);
            }
        }

        for (int r = 0; r < Rows; r++)
        {
            new ReadOnlySpan<float>(sums + (r * stride), targets).CopyTo(new Span<float>(y + (r * targets), targets));
        }
    }

    private bool IsMissing(float* x, int count) => nanLeft != null && TreeWalk.AnyNaN(new ReadOnlySpan<float>(x, count * features));
}
