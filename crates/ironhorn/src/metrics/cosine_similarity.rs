//! Cosine similarity: the cosine of the angle between targets and predictions. The loss of that name is its negative.

mean_metric! {
    /// The cosine of the angle between target and prediction along `axis`: from 1, the same direction, to -1.
    CosineSimilarity as "cosine_similarity", CosineSimilarityFunction = "cosine_proximity" | "cosine" | "cosine_similarity" {
        /// The axis the vectors run along.
        #[config(default = -1)]
        axis: i64,
    }
    |this, y_true, y_pred| -crate::losses::cosine_proximity(y_true, y_pred, this.axis)
}
