using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Ways from roots to leaves. Eight are walked at once and without jumps, as each step waits for memory and its outcome cannot be foretold.</summary>
internal static unsafe class LeafWalk
{
    /// <summary>Ways that are walked at once.</summary>
    public const int Width = 8;

    /// <summary>The leaves of eight trees for one row. NaN goes to the right.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="x">The features of the row.</param>
    /// <param name="roots">The node at which each tree begins.</param>
    /// <param name="leaf">Receives the numbers of the leaves.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OneRow(LeafNode* nodes, float* x, int* roots, int* leaf)
    {
        nint a = roots[0];
        nint b = roots[1];
        nint c = roots[2];
        nint d = roots[3];
        nint e = roots[4];
        nint f = roots[5];
        nint g = roots[6];
        nint h = roots[7];
        nint moving;
        do
        {
            moving = Step(nodes, x, 0, ref a) | Step(nodes, x, 0, ref b) | Step(nodes, x, 0, ref c) | Step(nodes, x, 0, ref d)
                | Step(nodes, x, 0, ref e) | Step(nodes, x, 0, ref f) | Step(nodes, x, 0, ref g) | Step(nodes, x, 0, ref h);
        }
        while (moving != 0);
        leaf[0] = nodes[a].Leaf;
        leaf[1] = nodes[b].Leaf;
        leaf[2] = nodes[c].Leaf;
        leaf[3] = nodes[d].Leaf;
        leaf[4] = nodes[e].Leaf;
        leaf[5] = nodes[f].Leaf;
        leaf[6] = nodes[g].Leaf;
        leaf[7] = nodes[h].Leaf;
    }

    /// <summary>The leaves of one tree for eight rows. NaN goes to the right.</summary>
    /// <param name="root">The node at which the tree begins.</param>
    /// <param name="x">The features of the rows [features][16].</param>
    /// <param name="leaf">Receives the numbers of the leaves.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OneTree(LeafNode* root, float* x, int* leaf)
    {
        nint a = 0;
        nint b = 0;
        nint c = 0;
        nint d = 0;
        nint e = 0;
        nint f = 0;
        nint g = 0;
        nint h = 0;
        nint moving;
        do
        {
            moving = Step(root, x, 4, ref a) | Step(root, x + 1, 4, ref b) | Step(root, x + 2, 4, ref c) | Step(root, x + 3, 4, ref d)
                | Step(root, x + 4, 4, ref e) | Step(root, x + 5, 4, ref f) | Step(root, x + 6, 4, ref g) | Step(root, x + 7, 4, ref h);
        }
        while (moving != 0);
        leaf[0] = root[a].Leaf;
        leaf[1] = root[b].Leaf;
        leaf[2] = root[c].Leaf;
        leaf[3] = root[d].Leaf;
        leaf[4] = root[e].Leaf;
        leaf[5] = root[f].Leaf;
        leaf[6] = root[g].Leaf;
        leaf[7] = root[h].Leaf;
    }

    /// <summary>The leaf of one tree for a row that has NaN.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="x">The features of the row.</param>
    /// <param name="root">The node at which the tree begins.</param>
    /// <param name="nanLeft">For each node 1 where NaN goes to the left.</param>
    public static int Missing(LeafNode* nodes, float* x, int root, byte* nanLeft)
    {
        int at = root;
        while (nodes[at].Delta != 0)
        {
            float feature = x[nodes[at].Feature];
            at += feature <= nodes[at].Bound || (float.IsNaN(feature) && nanLeft[at] != 0) ? 1 : nodes[at].Delta;
        }

        return nodes[at].Leaf;
    }

    // One step down; the delta of the node that was left, which is 0 at a leaf only.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint Step(LeafNode* nodes, float* x, int shift, ref nint at)
    {
        LeafNode* node = nodes + at;
        nint left = Unsafe.BitCast<bool, byte>(x[(nint)node->Feature << shift] <= node->Bound);
        nint delta = node->Delta;
        at += left + (delta & (left - 1));
        return delta;
    }
}
