namespace ModelBuild.Kernels;

/// <summary>Tag trees (T.800 B.10.2): the nodes of each level by rows, from the leaves to the root.</summary>
internal static class Jp2TagTree
{
    private const int MaxLevels = 32;

    /// <summary>Adds a tree of which nothing is known.</summary>
    /// <returns>Its first node.</returns>
    internal static int Add(Jp2List<Jp2Node> nodes, int width, int height)
    {
        int first = nodes.Count;
        while (true)
        {
            nodes.Add(checked(width * height)).Clear();
            if (width <= 1 && height <= 1)
            {
                return first;
            }

            (width, height) = ((width + 1) / 2, (height + 1) / 2);
        }
    }

    /// <summary>Whether a leaf is below a value; reads as many bits as are needed to tell.</summary>
    internal static bool IsBelow(ref Jp2HeaderBits bits, Span<Jp2Node> nodes, int first, int width, int height, int x, int y, int value)
    {
        Span<int> path = stackalloc int[MaxLevels];
        int levels = 0;
        while (true)
        {
            path[levels++] = first + (y * width) + x;
            if (width <= 1 && height <= 1)
            {
                break;
            }

            first += width * height;
            (x, y, width, height) = (x / 2, y / 2, (width + 1) / 2, (height + 1) / 2);
        }

        int low = 0;
        bool isKnown = false;
        for (int level = levels - 1; level >= 0; level--)
        {
            ref Jp2Node node = ref nodes[path[level]];
            low = Math.Max(low, node.Low);
            isKnown = node.IsKnown;
            while (!isKnown && low < value)
            {
                isKnown = bits.Read();
                low += isKnown ? 0 : 1;
            }

            node = new Jp2Node(low, isKnown);
        }

        return isKnown && low < value;
    }
}
